import { z } from 'zod';
import {
  commonSettings,
  limitSettings,
  port,
  postgresUrl,
  queueSettings,
  servedPassword,
} from '../config.ts';

/** The settings of the dashboard. */
export const dashboardSettings = z
  .object({
    ...commonSettings,
    ...queueSettings,
    ...limitSettings,
    DATABASE_URL: postgresUrl,
    DASHBOARD_PASSWORD: servedPassword.optional(),
    DASHBOARD_VIEW_PASSWORD: servedPassword.optional(),
    PORT: port(8080),
  })
  .refine((settings) => settings.DASHBOARD_VIEW_PASSWORD === undefined || settings.DASHBOARD_PASSWORD, {
    path: ['DASHBOARD_VIEW_PASSWORD'],
    message: 'needs DASHBOARD_PASSWORD to be set too',
    when: () => true,
  })
  .refine(
    ({ DASHBOARD_PASSWORD: operate, DASHBOARD_VIEW_PASSWORD: view }) =>
      view === undefined || view !== operate,
    { path: ['DASHBOARD_VIEW_PASSWORD'], message: 'must differ from DASHBOARD_PASSWORD', when: () => true },
  );
