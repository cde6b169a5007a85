/**
 * Where this application lives, such as `/ui/`, or `/annulus/ui/` behind a proxy. Scripts lie in
 * `assets/` below it, so their own address tells; nothing needs to be configured.
 */
export const uiBase = import.meta.env.DEV ? '/ui/' : new URL('..', import.meta.url).pathname;

/** Where the HTTP API lives: beside the application. */
export const apiBase = uiBase.replace(/[^/]+\/$/, '');
