// The lists of words that the publisher documents in its API enumerations. They grow without notice. A word that is
// missing here is reported, and kept like every other.

/** `company_status`. */
export const COMPANY_STATUS = [
  'active',
  'dissolved',
  'liquidation',
  'receivership',
  'converted-closed',
  'voluntary-arrangement',
  'insolvency-proceedings',
  'administration',
  'open',
  'closed',
  'registered',
  'removed',
] as const;

/** `company_status_detail`; a notice of strike-off is `active` with a detail. */
export const COMPANY_STATUS_DETAIL = [
  'active',
  'dissolved',
  'converted-closed',
  'transferred-from-uk',
  'active-proposal-to-strike-off',
  'petition-to-restore-dissolved',
  'transformed-to-se',
  'converted-to-plc',
  'converted-to-uk-societas',
  'converted-to-ukeig',
] as const;

/** `type` of a company. */
export const COMPANY_TYPE = [
  'private-unlimited',
  'ltd',
  'plc',
  'old-public-company',
  'private-limited-guarant-nsc-limited-exemption',
  'limited-partnership',
  'private-limited-guarant-nsc',
  'converted-or-closed',
  'private-unlimited-nsc',
  'private-limited-shares-section-30-exemption',
  'protected-cell-company',
  'assurance-company',
  'oversea-company',
  'eeig-establishment',
  'icvc-securities',
  'icvc-warrant',
  'icvc-umbrella',
  'registered-society-non-jurisdictional',
  'industrial-and-provident-society',
  'northern-ireland',
  'northern-ireland-other',
  'llp',
  'royal-charter',
  'investment-company-with-variable-capital',
  'unregistered-company',
  'other',
  'european-public-limited-liability-company-se',
  'united-kingdom-societas',
  'uk-establishment',
  'scottish-partnership',
  'charitable-incorporated-organisation',
  'scottish-charitable-incorporated-organisation',
  'further-education-or-sixth-form-college-corporation',
  'eeig',
  'ukeig',
  'registered-overseas-entity',
] as const;

/** `subtype` of a company. */
export const COMPANY_SUBTYPE = [
  'community-interest-company',
  'private-fund-limited-partnership',
  'slp',
  'pflp',
  'spflp',
] as const;

/** `jurisdiction` of a company. */
export const JURISDICTION = [
  'england-wales',
  'wales',
  'scotland',
  'northern-ireland',
  'european-union',
  'united-kingdom',
  'england',
  'noneu',
] as const;

/** `accounts.last_accounts.type`; the word `null` is one of them. */
export const ACCOUNT_TYPE = [
  'null',
  'full',
  'small',
  'medium',
  'group',
  'dormant',
  'interim',
  'initial',
  'total-exemption-full',
  'total-exemption-small',
  'partial-exemption',
  'audit-exemption-subsidiary',
  'filing-exemption-subsidiary',
  'micro-entity',
  'no-accounts-type-available',
  'audited-abridged',
  'unaudited-abridged',
] as const;

/** `officer_role`. */
export const OFFICER_ROLE = [
  'cic-manager',
  'corporate-director',
  'corporate-llp-designated-member',
  'corporate-llp-member',
  'corporate-manager-of-an-eeig',
  'corporate-managing-officer',
  'corporate-member-of-a-management-organ',
  'corporate-member-of-a-supervisory-organ',
  'corporate-member-of-an-administrative-organ',
  'corporate-nominee-director',
  'corporate-nominee-secretary',
  'corporate-secretary',
  'director',
  'general-partner-in-a-limited-partnership',
  'corporate-general-partner-in-a-limited-partnership',
  'limited-partner-in-a-limited-partnership',
  'corporate-limited-partner-in-a-limited-partnership',
  'judicial-factor',
  'llp-designated-member',
  'llp-member',
  'manager-of-an-eeig',
  'managing-officer',
  'member-of-a-management-organ',
  'member-of-a-supervisory-organ',
  'member-of-an-administrative-organ',
  'nominee-director',
  'nominee-secretary',
  'person-authorised-to-accept',
  'person-authorised-to-represent',
  'person-authorised-to-represent-and-accept',
  'receiver-and-manager',
  'secretary',
] as const;

/** How a corporate officer is identified. */
export const IDENTIFICATION_TYPE = [
  'eea',
  'non-eea',
  'uk-limited-company',
  'other-corporate-body-or-firm',
  'registered-overseas-entity-corporate-managing-officer',
  'limited-partnership-corporate-partner',
] as const;

/** `kind` of a person with significant control; the third one is spelt as in the streams, the fourth as documented. */
export const CONTROLLER_KIND = [
  'individual-person-with-significant-control',
  'corporate-entity-person-with-significant-control',
  'legal-person-person-with-significant-control',
  'legal-person-with-significant-control',
  'super-secure-person-with-significant-control',
  'individual-beneficial-owner',
  'corporate-entity-beneficial-owner',
  'legal-person-beneficial-owner',
  'super-secure-beneficial-owner',
] as const;

/** `status` of a charge. */
export const CHARGE_STATUS = ['outstanding', 'fully-satisfied', 'part-satisfied', 'satisfied'] as const;

/** `classification.type` of a charge. */
export const CHARGE_CLASSIFICATION = ['charge-description', 'nature-of-charge'] as const;

/** `assets_ceased_released` of a charge. */
export const ASSETS_CEASED_RELEASED = [
  'property-ceased-to-belong',
  'part-property-release-and-ceased-to-belong',
  'part-property-released',
  'part-property-ceased-to-belong',
  'whole-property-released',
  'multiple-filings',
  'whole-property-released-and-ceased-to-belong',
] as const;

/** `cases[].type`; `receivership` is in the description of the API, but not in its enumerations. */
export const INSOLVENCY_CASE_TYPE = [
  'compulsory-liquidation',
  'in-administration',
  'creditors-voluntary-liquidation',
  'members-voluntary-liquidation',
  'foreign-insolvency',
  'administrative-receiver',
  'scottish-administrative-receiver',
  'administration-order',
  'corporate-voluntary-arrangement',
  'receiver-manager',
  'corporate-voluntary-arrangement-moratorium',
  'order-of-court-restructuring-plan',
  'liquidation-moratorium-commencement-of-moratorium',
  'liquidation-moratorium-extension-of-moratorium',
  'liquidation-moratorium-early-end-of-moratorium',
  'liquidation-moratorium-end-of-moratorium-by-monitor',
  'liquidation-moratorium-end-of-moratorium-by-court',
  'liquidation-moratorium-end-of-moratorium-following-disposal-of-application-for-extension-by-court-or-following-cva-proposal-taking-effect-or-being-withdrawn',
  'liquidation-moratorium-court-order-permitting-disposal-of-goods',
  'liquidation-moratorium-replacement-or-additonal-monitor-following-court-order',
  'liquidation-moratorium-monitor-ceasing-to-act-following-court-order',
  'moratorium',
  'receivership',
] as const;

/** `cases[].dates[].type`. */
export const INSOLVENCY_CASE_DATE_TYPE = [
  'wound-up-on',
  'petitioned-on',
  'concluded-winding-up-on',
  'due-to-be-dissolved-on',
  'dissolved-on',
  'administration-started-on',
  'administration-ended-on',
  'administration-discharged-on',
  'instrumented-on',
  'moratorium-started-on',
  'moratorium-ended-on',
  'ordered-to-wind-up-on',
  'voluntary-arrangement-started-on',
  'voluntary-arrangement-ended-on',
  'declaration-solvent-on',
] as const;

/** Statuses of the file of companies whose meaning is not certain. */
export const FILE_STATUS = [
  'ADMINISTRATIVE RECEIVER',
  'In Administration/Administrative Receiver',
  'RECEIVER MANAGER / ADMINISTRATIVE RECEIVER',
  'VOLUNTARY ARRANGEMENT / ADMINISTRATIVE RECEIVER',
] as const;

/** Categories of the file of companies whose company type is not certain. */
export const FILE_CATEGORY = ['Private Unlimited', 'Other company type'] as const;
