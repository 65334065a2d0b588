import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';

/** The portal is served below this path by the server (src/console/). It shares no file with the console: a proxy may pass on only one of them. */
const BASE = '/portal/';

// Vite reads the default export.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  root: import.meta.dirname,
  base: BASE,
  publicDir: '../public',
  plugins: [react()],
  build: {
    outDir: '../../dist/portal',
    emptyOutDir: true,
    // The policy of the pages (src/console/) allows no script and no style in the document, so that nothing may be put there.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
