import type { Sql } from '../pool.ts';

/** How the register calls a company. */
export interface CompanyName {
  /** The number as the register writes it. */
  readonly company_number: string;
  /** Null when no document that was read has its name. */
  readonly company_name: string | null;
}

/** Writes a company number as the register does and looks up the name. */
export async function readCompanyName(sql: Sql, companyNumber: string): Promise<CompanyName> {
  const { rows } = await sql.query<CompanyName>(STATEMENT, [companyNumber]);
  return rows[0] ?? { company_number: companyNumber, company_name: null };
}

const STATEMENT = `
select number as company_number, company_name
from register.normalize_company_number($1) as number
left join register.companies on resource_uri = '/company/' || number
`;
