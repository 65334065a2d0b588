import './look/look.ts';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { followRouter } from './data/leaving.ts';
import { signInWithLink } from './data/link-code.ts';
import { speakLiveAgain } from './data/live.ts';
import { createQueries } from './data/queries.ts';
import { theme } from './look/mantine-theme.ts';
import { startTheme, useTheme } from './look/theme.ts';
import { router } from './router.tsx';
import { startLanguage } from './words/language.ts';
import { WordsProvider } from './words/words.tsx';

const queries = createQueries();

function Console() {
  const { isDark } = useTheme();
  return (
    // Its styles come from files, because the policy of the pages allows none in the document.
    <MantineProvider
      theme={theme}
      forceColorScheme={isDark ? 'dark' : 'light'}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <WordsProvider>
          <RouterProvider router={router} />
        </WordsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

startTheme();
followRouter(router);
// The server writes some texts in the language of the reader.
await startLanguage(() => {
  speakLiveAgain();
  void queries.invalidateQueries();
});
await signInWithLink();
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  );
}
