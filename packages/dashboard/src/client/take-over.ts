import morphdom from 'morphdom';

/**
 * Makes an element hold this markup and changes only what differs: focus, selection and scroll positions stay, and screen
 * readers announce only what changed.
 */
export function takeOver(id: string, html: string): void {
  const element = document.getElementById(id);
  if (element === null) return;
  const wanted = document.createElement(element.tagName);
  wanted.innerHTML = html;
  morphdom(element, wanted, {
    childrenOnly: true,
    onBeforeElUpdated: (from, to) => {
      if (from.isEqualNode(to)) return false;
      // An opened element stays open.
      if (from instanceof HTMLDetailsElement && to instanceof HTMLDetailsElement) to.open = from.open;
      return true;
    },
    // A chart draws its own content.
    onBeforeElChildrenUpdated: (from) => from.tagName !== 'MINUTE-CHART',
  });
}
