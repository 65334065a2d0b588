import { createBrowserRouter, redirect } from 'react-router';
import { Frame } from './parts/frame.tsx';
import { PageError } from './parts/page-error.tsx';
import { UnknownPage } from './parts/unknown-page.tsx';

/** The places of the console. Each is a chunk of its own, which is loaded when it is opened. */
export const router = createBrowserRouter(
  [
    {
      path: '/',
      Component: Frame,
      ErrorBoundary: PageError,
      HydrateFallback: Loading,
      children: [
        {
          ErrorBoundary: PageError,
          children: [
            { index: true, lazy: async () => ({ Component: (await import('./places/home/home-page.tsx')).HomePage }) },
            {
              path: 'people',
              lazy: async () => ({ Component: (await import('./places/people/people-page.tsx')).PeoplePage }),
            },
            {
              path: 'people/:person',
              lazy: async () => ({ Component: (await import('./places/people/person-page.tsx')).PersonPage }),
            },
            {
              path: 'groups',
              lazy: async () => ({ Component: (await import('./places/groups/groups-page.tsx')).GroupsPage }),
            },
            {
              path: 'groups/:group',
              lazy: async () => ({ Component: (await import('./places/groups/group-page.tsx')).GroupPage }),
            },
            {
              path: 'sources',
              lazy: async () => ({ Component: (await import('./places/sources/sources-page.tsx')).SourcesPage }),
            },
            {
              path: 'sources/requests',
              lazy: async () => ({
                Component: (await import('./places/sources/requests/all-requests-page.tsx')).AllRequestsPage,
              }),
            },
            {
              path: 'sources/:source/:tab?',
              lazy: async () => ({ Component: (await import('./places/sources/source-page.tsx')).SourcePage }),
            },
            {
              // The stand-in can be off, which each of its pages says.
              lazy: async () => ({
                Component: (await import('./places/rehearsal/rehearsal-page.tsx')).RehearsalPage,
              }),
              children: [
                {
                  path: 'rehearsal',
                  lazy: async () => ({
                    Component: (await import('./places/rehearsal/tenants-page.tsx')).TenantsPage,
                  }),
                },
                {
                  path: 'rehearsal/:tenant/applications/:application/:tab?',
                  lazy: async () => ({
                    Component: (await import('./places/rehearsal/application-page.tsx')).ApplicationPage,
                  }),
                },
                {
                  path: 'rehearsal/:tenant/:tab?',
                  lazy: async () => ({
                    Component: (await import('./places/rehearsal/tenant-page.tsx')).TenantPage,
                  }),
                },
              ],
            },
            {
              path: 'events',
              lazy: async () => ({ Component: (await import('./places/events/events-page.tsx')).EventsPage }),
            },
            {
              path: 'settings/:section?',
              lazy: async () => ({ Component: (await import('./places/settings/settings-page.tsx')).SettingsPage }),
            },
            { path: 'sign-in', loader: () => redirect('/') },
            { path: 'password', loader: () => redirect('/') },
            { path: '*', Component: UnknownPage },
          ],
        },
      ],
    },
  ],
  { basename: '/console' },
);

/** Nothing: the first page is there before anything could be read. */
function Loading() {
  return null;
}
