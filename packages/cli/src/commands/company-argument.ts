import { InvalidArgumentError } from 'commander';
import { parseCompanyNumber } from '../snapshots/files/company-number.ts';

/** The form of a company number, for messages. */
export const COMPANY_NUMBER_FORM =
  'A company number has eight digits, or letters among them, such as 09876543 or SC123456. Leading zeros may be left out.';

/** Parses a company number of the command line. Returns the form of the register. */
export function companyArgument(text: string): string {
  const companyNumber = parseCompanyNumber(text.trim());
  // The register takes any letters and digits of a URI. Without a digit they are a word or a name.
  if (companyNumber === null || !/\d/.test(companyNumber))
    throw new InvalidArgumentError(COMPANY_NUMBER_FORM);
  return companyNumber;
}
