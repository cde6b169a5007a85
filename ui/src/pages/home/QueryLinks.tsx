import { Link } from 'wouter';
import { queryHistory } from '../../prefs/lists';
import classes from './Home.module.css';

const SHOWN = 10;

/** The last queries of this browser. */
export function QueryLinks() {
  const history = queryHistory.use();
  return (
    <section className={classes.card}>
      <h2>Recent queries</h2>
      <ul className={classes.links}>
        {history.slice(0, SHOWN).map(({ title, params }) => (
          <li key={params}>
            <Link href={`/explore?${params}`} className="mono">
              {title}
            </Link>
          </li>
        ))}
      </ul>
      {history.length === 0 && <p className="dim">What you run in Explore appears here.</p>}
      <Link href="/explore">Explore</Link>
    </section>
  );
}
