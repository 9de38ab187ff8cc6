/** The SIC codes of simulated companies, with their texts. */
export const SIC_TEXTS: ReadonlyMap<string, string> = new Map([
  ['01110', 'Growing of cereals (except rice), leguminous crops and oil seeds'],
  ['09900', 'Support activities for other mining and quarrying'],
  ['18129', 'Printing n.e.c.'],
  ['35110', 'Production of electricity'],
  ['41201', 'Construction of commercial buildings'],
  ['42990', 'Construction of other civil engineering projects n.e.c.'],
  ['43210', 'Electrical installation'],
  ['47190', 'Other retail sale in non-specialised stores'],
  ['47910', 'Retail sale via mail order houses or via Internet'],
  ['56101', 'Licensed restaurants'],
  ['62020', 'Information technology consultancy activities'],
  ['64209', 'Activities of other holding companies n.e.c.'],
  ['68100', 'Buying and selling of own real estate'],
  ['68209', 'Other letting and operating of own or leased real estate'],
  ['70229', 'Management consultancy activities other than financial management'],
  ['74201', 'Portrait photographic activities'],
  ['82990', 'Other business support service activities n.e.c.'],
  ['86230', 'Dental practice activities'],
  ['90010', 'Performing arts'],
  ['98000', 'Residents property management'],
  ['99999', 'Dormant Company'],
]);

/** Formats `SICCode.SicText_n` of a code. */
export function sicTextOf(code: string): string {
  return `${code} - ${SIC_TEXTS.get(code) ?? 'Not elsewhere classified'}`;
}
