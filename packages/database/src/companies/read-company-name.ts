import type { Sql } from '../pool.ts';

/** The number and name of a company in the register. */
export interface CompanyName {
  /** The number in the form of the register. */
  readonly company_number: string;
  /** Null when no document with its name was read. */
  readonly company_name: string | null;
}

/** Changes a company number into the form of the register, and looks up the name. */
export async function readCompanyName(sql: Sql, companyNumber: string): Promise<CompanyName> {
  const { rows } = await sql.query<CompanyName>(STATEMENT, [companyNumber]);
  return rows[0] ?? { company_number: companyNumber, company_name: null };
}

const STATEMENT = `
select number as company_number, company_name
from register.normalize_company_number($1) as number
left join register.companies on resource_uri = '/company/' || number
`;
