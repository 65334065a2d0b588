import { createTheme, Drawer, Menu, Modal } from '@mantine/core';

const DURATION_MS = 120;
/** Motion shows where something came from. */
const transition = { duration: DURATION_MS, timingFunction: 'ease-out' } as const;

const modal = { lockScroll: false, transitionProps: { ...transition, transition: 'fade' } } as const;

/** What all parts of a kind have in common. `lockScroll` would put a style into the document (look/mantine.css does it instead). */
export const theme = createTheme({
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({ defaultProps: modal }),
    ModalRoot: Modal.Root.extend({ defaultProps: modal }),
    // The placeholder would be a child of the menu that is not an item, which screen readers do not expect.
    // A menu is a part of the page, not of the document around it, so that screen readers find it in a landmark.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false, portalProps: { target: '#page' } } }),
    Drawer: Drawer.extend({
      defaultProps: {
        lockScroll: false,
        position: 'right',
        transitionProps: { ...transition, transition: 'slide-left' },
      },
    }),
  },
});
