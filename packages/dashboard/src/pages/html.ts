// Every value in a template is text, whatever it holds, unless it is itself made by a template. So what a stream sent
// can not become markup: html`<pre>${'<script>'}</pre>` shows <script>.

import { printable } from '@timepoint/shared/platform/printable';

/** A piece of a page. Only templates make it, and {@link safe}. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

type Value = string | number | Html | readonly Html[];

/** The tag of a template. Attributes are to be in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const markup = values.map((value, place) => toMarkup(value, parts[place]?.endsWith('value="') === true));
  return new Html(String.raw({ raw: parts }, ...markup));
}

/** Takes a text for markup. It must have been made by a template, or be part of the program. */
export function safe(markup: string): Html {
  return new Html(markup);
}

/** Shows nothing. */
export const NOTHING = html``;

/** Shows items one after the other. */
export function each<Item>(items: readonly Item[], show: (item: Item, index: number) => Html): Html {
  return new Html(items.map(show).join(''));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What is sent back by a form stays exactly as it is; elsewhere what would hide or reorder text is made visible. */
function toMarkup(value: Value, isSentBack: boolean): string {
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.join('');
  const text = isSentBack ? String(value) : printable(String(value));
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
