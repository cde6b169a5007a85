import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { metricsAfter } from '../../api/metrics';
import { loadDemo } from '../../api/operations';
import { messageOf, Problem } from '../../api/problem';
import { apiBase } from '../../app/base';
import { copyText } from '../../app/copyLink';
import { Notice } from '../../app/Notice';
import classes from './Home.module.css';
import { sampleDashboard } from './sampleDashboard';

/** What to do with an empty store. */
export function FirstSteps() {
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const load = useMutation({
    mutationFn: async () => {
      const { token } = await loadDemo();
      await metricsAfter(token);
      return sampleDashboard();
    },
    onSuccess: async (path) => {
      await client.invalidateQueries();
      navigate(path);
    },
  });
  const command = curl();
  return (
    <section className={classes.first} aria-label="First steps">
      <h2>Nothing is stored yet</h2>
      <p>
        Look around with made-up metrics of the last six hours, or send a first sample of your own:
      </p>
      <pre className={classes.command}>{command}</pre>
      <div className={classes.buttons}>
        <Button variant="filled" loading={load.isPending} onClick={() => load.mutate()}>
          Load sample data
        </Button>
        <Button onClick={() => copyText(command, 'Command copied')}>Copy the command</Button>
      </div>
      {load.error && (
        <Notice kind="error" title="No sample data">
          {reason(load.error)}
        </Notice>
      )}
    </section>
  );
}

function reason(error: unknown): string {
  return error instanceof Problem && error.status === 404
    ? 'This server does not offer any; the standalone command does.'
    : messageOf(error);
}

function curl(): string {
  const url = `${window.location.origin}${apiBase}ingest/gauge`;
  return `curl -s ${url} -H 'Content-Type: application/json' \\
  -d '{"name":"cpu_percent","ts":'$(date +%s)',"value":37.5,"tags":{"host":"demo"}}'`;
}
