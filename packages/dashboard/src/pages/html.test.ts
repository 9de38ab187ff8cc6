import { describe, expect, it } from '@jest/globals';
import { each, html, NOTHING } from './html.ts';

describe('Timepoint, writing a page,', () => {
  it('shows values as text, whatever they hold', () => {
    const value = `<script>alert("1")</script> & '`;
    expect(html`<p title="${value}">${value}</p>`.toString()).toBe(
      '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;</p>',
    );
  });

  it('puts pages together of pieces', () => {
    const list = each(['a', '<'], (item, index) => html`<li>${index}${item}</li>`);
    expect(html`<ul>${list}${[html`<li>`, NOTHING]}</ul>`.toString()).toBe(
      '<ul><li>0a</li><li>1&lt;</li><li></ul>',
    );
  });

  it('keeps backslashes and dollars of templates and values', () => {
    expect(html`a\n${'$&'}`.toString()).toBe('a\n$&amp;');
  });
});
