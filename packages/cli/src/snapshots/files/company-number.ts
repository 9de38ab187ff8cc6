/**
 * A company number as the register keys it: 6 to 10 letters and digits, upper case. Of one with digits only, zeros
 * that a spreadsheet took away are put back. Null for what is none.
 */
export function parseCompanyNumber(text: string): string | null {
  if (/^\d{1,7}$/.test(text)) return text.padStart(8, '0');
  return /^[A-Za-z0-9]{6,10}$/.test(text) ? text.toUpperCase() : null;
}
