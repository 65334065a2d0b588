import './look.ts';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueries } from '../data/queries.ts';
import { startTheme } from '../look/theme.ts';
import { Portal } from './portal.tsx';
import { startLanguage } from './words.tsx';

const queries = createQueries();

startTheme();
// The server writes some texts, such as the rules of passwords, in the language of the reader.
await startLanguage(() => void queries.invalidateQueries());
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Portal />
      </QueryClientProvider>
    </StrictMode>,
  );
}
