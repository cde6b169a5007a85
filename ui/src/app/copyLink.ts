import { toast } from './toast';

/** Copies the address of the page; everything a page shows is in it. */
export function copyLink(href = window.location.href): void {
  copyText(href, 'Link copied');
}

export function copyText(text: string, done: string): void {
  navigator.clipboard.writeText(text).then(
    () => toast(done),
    () => toast('The clipboard is not available'),
  );
}
