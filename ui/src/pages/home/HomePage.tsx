import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { getVersion } from '../../api/operations';
import { FigureCard } from '../../app/FigureCard';
import { useOwnStats } from '../../app/useOwnStats';
import { DashboardLinks } from './DashboardLinks';
import { FirstSteps } from './FirstSteps';
import classes from './Home.module.css';
import { HomeCharts } from './HomeCharts';
import { QueryLinks } from './QueryLinks';

/** Where one left off, and how the store does. */
export default function HomePage() {
  const history = useOwnStats();
  const newest = history.at(-1);
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1>Home</h1>
        <Health />
      </div>
      {newest?.series === 0 ? <FirstSteps /> : <HomeCharts />}
      <div className={classes.figures}>
        <FigureCard
          label="Samples per second"
          unit="short"
          history={history}
          value={(stats) => stats.samplesPerSecond}
        />
        <FigureCard label="Series" unit="short" history={history} value={(stats) => stats.series} />
        <FigureCard
          label="Queries per second"
          unit="short"
          history={history}
          value={(stats) => stats.queriesPerSecond}
        />
        <FigureCard
          label="Query time"
          unit="seconds"
          history={history}
          value={(stats) => stats.querySeconds}
        />
      </div>
      <div className={classes.columns}>
        <DashboardLinks />
        <QueryLinks />
      </div>
    </div>
  );
}

function Health() {
  const { data } = useQuery({
    queryKey: ['version'],
    queryFn: ({ signal }) => getVersion(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Link href="/status" className={classes.health}>
      <IconCircleCheck size={16} aria-hidden="true" /> Ready
      {data && <span className="dim">{data.version}</span>}
    </Link>
  );
}
