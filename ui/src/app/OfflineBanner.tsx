import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { connection } from '../api/connection';
import { getReadiness } from '../api/operations';
import { shownTime } from '../time/shown';
import { usePageTime } from '../time/TimeProvider';
import { Notice } from './Notice';

const RETRY_MILLIS = 1000;

/** Says that the server is gone, asks until it is back, and then refreshes what is shown. */
export function OfflineBanner() {
  const link = connection.use();
  const { zone, refreshNow } = usePageTime();
  const client = useQueryClient();
  const lost = link.state === 'lost';
  const wasLost = useRef(false);
  useEffect(() => {
    if (!lost) {
      if (wasLost.current) {
        wasLost.current = false;
        void client.invalidateQueries();
        refreshNow();
      }
      return;
    }
    wasLost.current = true;
    const abort = new AbortController();
    const timer = setInterval(() => {
      getReadiness(abort.signal).catch(() => null);
    }, RETRY_MILLIS);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [lost, client, refreshNow]);
  if (link.state !== 'lost') {
    return null;
  }
  const since = shownTime(Math.floor(link.since / 1000), zone);
  return (
    <div style={{ marginBottom: 12 }}>
      <Notice kind="error" title="Annulus does not respond">
        What you see is from before {since}. It refreshes by itself once the server is back.
      </Notice>
    </div>
  );
}
