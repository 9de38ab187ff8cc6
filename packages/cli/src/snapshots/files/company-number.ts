/**
 * Parses a company number as the key of the register: 6 to 10 letters and digits, upper case. A number with digits only
 * gets its leading zeros back, which spreadsheets remove. Null when the text is not a company number.
 */
export function parseCompanyNumber(text: string): string | null {
  if (/^\d{1,7}$/.test(text)) return text.padStart(8, '0');
  return /^[A-Za-z0-9]{6,10}$/.test(text) ? text.toUpperCase() : null;
}
