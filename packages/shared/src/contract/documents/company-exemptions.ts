import { fields, list, text, word } from './values.ts';

function exemption(type: string) {
  return fields({
    exemption_type: word([type]),
    items: list(fields({ exempt_from: text, exempt_to: text })),
  });
}

/** The periods in which a company is exempt from naming who controls it, with the reasons. */
export const exemptions = fields({
  etag: text,
  exemptions: fields({
    disclosure_transparency_rules_chapter_five_applies: exemption(
      'disclosure-transparency-rules-chapter-five-applies',
    ),
    psc_exempt_as_shares_admitted_on_market: exemption('psc-exempt-as-shares-admitted-on-market'),
    psc_exempt_as_trading_on_eu_regulated_market: exemption('psc-exempt-as-trading-on-eu-regulated-market'),
    psc_exempt_as_trading_on_regulated_market: exemption('psc-exempt-as-trading-on-regulated-market'),
    psc_exempt_as_trading_on_uk_regulated_market: exemption('psc-exempt-as-trading-on-uk-regulated-market'),
  }),
  kind: word(['exemptions']),
  links: fields({ self: text }),
});
