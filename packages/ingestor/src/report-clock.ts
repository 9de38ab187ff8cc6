import { type ConnectionReport, moveMoments } from '@timepoint/shared/contract/connection-report';

export interface Clocks {
  /** In ms since the epoch; jumps when the clock of the machine is set. */
  readonly wall: () => number;
  /** In ms since an arbitrary moment; never jumps. */
  readonly steady: () => number;
}

/** Measures by the steady clock, and moves reports between it and the wall clock. */
export interface ReportClock {
  /** In ms of the steady clock. */
  now(): number;
  /** A report whose moments are in ms since the epoch, by the wall clock as it is now. */
  toWall(report: ConnectionReport): ConnectionReport;
  /** The report of another holder with its moments in ms of the steady clock. */
  toSteady(report: ConnectionReport): ConnectionReport;
}

/** The wall clock has jumped when it differs by more than this from what the steady one expects, in ms. */
const JUMP_MS = 1_000;

/** Creates a clock for reports: when the wall clock jumps, the moments of the reports move along with it. */
export function createReportClock({ wall, steady }: Clocks): ReportClock {
  /** When the steady clock began, by the wall clock. */
  let epoch = wall() - steady();
  const epochNow = () => {
    const seen = wall() - steady();
    if (Math.abs(seen - epoch) > JUMP_MS) epoch = seen;
    return epoch;
  };
  return {
    now: steady,
    toWall: (report) => moveMoments(report, epochNow()),
    toSteady: (report) => {
      // The clock of the other holder may be ahead: its report was written by now.
      const aheadMs = Math.max(0, report.at - wall());
      return moveMoments(report, -aheadMs - epochNow());
    },
  };
}
