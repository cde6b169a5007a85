import { Link } from 'wouter';
import { Notice } from './Notice';

export function NotFound() {
  return (
    <Notice kind="error" title="There is no such page" action={<Link href="/">Go home</Link>}>
      The address may be mistyped, or what it named is gone.
    </Notice>
  );
}
