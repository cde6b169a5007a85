import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Route, Router, Switch } from 'wouter';
import { getReadiness } from '../api/operations';
import { Problem } from '../api/problem';
import { preferences } from '../prefs/preferences';
import { uiBase } from './base';
import { guardedNavigation } from './guard';
import { NotFound } from './NotFound';
import { PAGES } from './routes';
import { Shell } from './Shell';
import { StartupPage } from './StartupPage';
import { colorSchemes, theme } from './theme';

const ASK_MILLIS = 1000;

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => !(error instanceof Problem) && failures < 1,
    },
  },
});

export function App() {
  return (
    <MantineProvider
      theme={theme}
      colorSchemeManager={colorSchemes}
      defaultColorScheme={preferences.get().theme}
    >
      <QueryClientProvider client={queryClient}>
        <Router base={uiBase.replace(/\/$/, '')} aroundNav={guardedNavigation}>
          <OnceReady>
            <Shell>
              <Switch>
                {PAGES.map(({ path, component }) => (
                  <Route key={path} path={path} component={component} />
                ))}
                <Route component={NotFound} />
              </Switch>
            </Shell>
          </OnceReady>
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Asks whether the server is ready until it is; later losses are the banner's matter. */
function OnceReady({ children }: { children: ReactNode }) {
  const { data } = useQuery({
    queryKey: ['ready'],
    queryFn: ({ signal }) => getReadiness(signal),
    enabled: ({ state }) => state.data?.state !== 'ready',
    refetchInterval: ASK_MILLIS,
  });
  return data?.state === 'ready' ? children : <StartupPage readiness={data} />;
}
