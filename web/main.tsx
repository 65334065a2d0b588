import './look/look.ts';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { ApiError } from './data/client.ts';
import { theme } from './look/mantine-theme.ts';
import { startTheme, useTheme } from './look/theme.ts';
import { router } from './router.tsx';
import { WordsProvider } from './words/words.tsx';

/** The server did not answer, or a proxy in front of it says so. */
const UNREACHABLE: ReadonlySet<number> = new Set([0, 502, 503, 504]);
/** The number of times that a request is sent again if the server did not answer. */
const RETRIES_MAX = 30;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => error instanceof ApiError && UNREACHABLE.has(error.status) && failures < RETRIES_MAX,
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
      // Only our own server counts: it can be reached without a connection to other networks.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

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
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  );
}
