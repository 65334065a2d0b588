import { createTheme, Drawer, Modal } from '@mantine/core';

const DURATION_MS = 120;
/** Motion shows where something came from. */
const transition = { duration: DURATION_MS, timingFunction: 'ease-out' } as const;

/** What all parts of a kind have in common. `lockScroll` would put a style into the document (look/mantine.css does it instead). */
export const theme = createTheme({
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({
      defaultProps: { lockScroll: false, transitionProps: { ...transition, transition: 'fade' } },
    }),
    Drawer: Drawer.extend({
      defaultProps: {
        lockScroll: false,
        position: 'right',
        transitionProps: { ...transition, transition: 'slide-left' },
      },
    }),
  },
});
