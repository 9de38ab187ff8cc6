/** The version of Timepoint: that of the newest heading of CHANGELOG.md, or the one that is next. */
export const VERSION = '0.1.0';
