import type { Access } from '../guard/access.ts';
import type { Sections } from '../routes/live.ts';
import { type Html, html, NOTHING, safe } from './html.ts';

export interface PageOptions {
  readonly title: string;
  readonly access: Access;
  /** Whether a password is needed at all. */
  readonly isOpen: boolean;
  /** The path of the navigation that the page belongs to. */
  readonly at: '/' | '/dead-letters' | '/audit' | '/runbook';
  /** Where the changes of the page's sections come from; null when it does not change. */
  readonly live: string | null;
  readonly main: Html;
}

const LINKS = [
  ['/', 'Status'],
  ['/dead-letters', 'Dead letters'],
  ['/queues', 'Queues'],
  ['/audit', 'Audit'],
  ['/runbook', 'Runbook'],
] as const;

/** A whole page around its main part. It can be read without JavaScript. */
export function renderPage({ title, access, isOpen, at, live, main }: PageOptions): string {
  const link = ([path, name]: (typeof LINKS)[number]) =>
    html`<li><a href="${path}"${path === at ? html` aria-current="page"` : NOTHING}>${name}</a></li>`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Timepoint</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/client.css">
<script type="module" src="/assets/client.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<p class="brand"><a href="/">Timepoint</a></p>
<nav aria-label="Pages"><ul>${LINKS.map(link)}</ul></nav>
<p class="who">${isOpen ? OPEN : html`${access.who.replace(' (dashboard)', '')}, may ${access.role}`}</p>
</header>
<main id="main" tabindex="-1"${live === null ? NOTHING : html` data-live="${live}"`}>
<div id="liveness" class="liveness" role="status" hidden></div>
${main}
</main>
<footer>Times are in UTC.</footer>
</body>
</html>
`;
  return page.toString();
}

/** A part of a page that the client keeps live. The sections were rendered by templates: they are markup already. */
export function liveSection(id: string, sections: Sections): Html {
  return html`<div id="${id}">${safe(sections[id] ?? '')}</div>`;
}

const OPEN = html`no password is set: <span class="nowrap">only this machine is let in</span>`;
