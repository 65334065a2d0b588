import type { Page } from '@playwright/test';

export { goTo } from '../../support/console-pages.ts';

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
