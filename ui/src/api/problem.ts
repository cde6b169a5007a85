import type { Position, ProblemBody } from './types';

/** An answer that says what is wrong. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly position: Position | undefined;
  readonly requestId: string | undefined;

  constructor(body: ProblemBody) {
    super(body.detail);
    this.status = body.status;
    this.code = body.code ?? `http_${body.status}`;
    this.hint = body.hint;
    this.position = body.position;
    this.requestId = body.request_id;
  }
}

/** No answer at all: the network or the server is gone. */
export class Unreachable extends Error {
  constructor() {
    super('Annulus does not respond.');
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Problem && error.status === status;
}

/** What to show of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** How Prometheus' API says it. */
interface PrometheusError {
  error?: string;
  errorType?: string;
}

/** The problem an answer holds; a proxy's page counts as one, too. */
export async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Partial<ProblemBody> & PrometheusError;
    if (typeof body.detail === 'string') {
      return new Problem({ title: '', ...body, detail: body.detail, status: response.status });
    }
    if (typeof body.error === 'string') {
      const code = body.errorType ?? `http_${response.status}`;
      return new Problem({ title: '', detail: body.error, code, status: response.status });
    }
  } catch {
    // No JSON: the status has to do.
  }
  const detail = `The server answered ${response.status} ${response.statusText}`.trim();
  return new Problem({ title: '', detail: `${detail}.`, status: response.status });
}
