import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const FOLDER = fileURLToPath(new URL('../../../../docs/images', import.meta.url));

/** Takes a picture for the docs, only when `UPDATE_SCREENSHOTS` is set: a run of tests must not change the checkout. */
export async function takeScreenshot(page: Page, name: string, isWhole = false): Promise<void> {
  if (!process.env.UPDATE_SCREENSHOTS) return;
  await mkdir(FOLDER, { recursive: true });
  await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: isWhole });
}
