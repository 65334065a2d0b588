import type { Page } from '@playwright/test';

export { goTo, openAfresh } from '../../support/console-pages.ts';

/** Returns what is wider than the window, and each text that is cut off although no title has it. */
export const layoutFaults = (page: Page) =>
  page.evaluate(async () => {
    // A list learns of the width of the window in one frame, and is drawn for it in the next.
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
    const faults: string[] = [];
    const name = (element: Element) =>
      `${element.tagName} ${element.className.toString()} "${element.textContent.slice(0, 60)}"`;
    if (document.documentElement.scrollWidth > window.innerWidth) {
      const wide = [...document.querySelectorAll('main *, [role="dialog"] *')].filter(
        (element) => element.getBoundingClientRect().right > window.innerWidth + 1 && element.children.length === 0,
      );
      faults.push(`${document.documentElement.scrollWidth} px wide: ${wide.slice(0, 3).map(name).join(', ')}`);
    }
    for (const element of document.querySelectorAll('body *')) {
      if (element.scrollWidth <= element.clientWidth + 1 || !(element instanceof HTMLElement)) continue;
      const { overflowX, display, position } = getComputedStyle(element);
      const isCut = overflowX === 'hidden' || overflowX === 'clip';
      const isHidden = display === 'none' || (position === 'absolute' && element.clientWidth <= 1);
      if (!isCut || isHidden || element.textContent.trim() === '' || !element.checkVisibility()) continue;
      const hasTitle = element.closest('[title]') !== null || element.querySelector('[title]') !== null;
      if (!hasTitle) faults.push(`cut off without a title: ${name(element)}`);
    }
    return faults;
  });

/**
 * Makes each text of the page 40 % longer, with letters of other languages, as a translation can be. Machine values (in elements such as
 * `code`) stay. Returns a function that brings the texts back.
 */
export async function lengthenTexts(page: Page): Promise<() => Promise<void>> {
  const changed = await page.evaluateHandle(() => {
    const machine = 'code, pre, kbd, script, style, time, .mono';
    const originals: [Text, string][] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode as Text;
      const text = node.data.trim();
      if (!/\p{L}{2}/u.test(text) || node.parentElement?.closest(machine) !== null) continue;
      originals.push([node, node.data]);
    }
    for (const [node, text] of originals) {
      const added = Math.ceil(text.length * 0.4);
      node.data = `${text} ${'éßñ ü'.repeat(Math.ceil(added / 5)).slice(0, added)}`;
    }
    return originals;
  });
  return async () => {
    await changed.evaluate((originals) => {
      for (const [node, text] of originals) node.data = text;
    });
    await changed.dispose();
  };
}

/**
 * Returns the texts of a page that are English sentences: those with three words in a row, of which the second and the third are in small
 * letters. Machine values (in elements such as `code`) and texts in another language (`lang`) do not count.
 */
export const englishTexts = (page: Page) =>
  page.evaluate(() => {
    const sentence = /[A-Za-z]+[,;:]? [a-z]{2,}[,;:]? [a-z]{2,}/;
    const machine = 'code, pre, kbd, script, style, .mono, [lang]:not(html)';
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node instanceof Element ? node : node.parentElement;
      if (element === null || element.closest(machine) !== null) continue;
      const texts =
        node instanceof Element
          ? ['aria-label', 'title', 'placeholder', 'alt'].map((name) => node.getAttribute(name) ?? '')
          : [node.textContent ?? ''];
      for (const text of texts) if (sentence.test(text)) found.add(text.trim());
    }
    return [...found];
  });
