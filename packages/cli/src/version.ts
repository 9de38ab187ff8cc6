/** The version of Timepoint: that of the newest heading of CHANGELOG.md, or the next one. */
export const VERSION = '0.1.0';
