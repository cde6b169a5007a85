import { FigureCard } from '../../app/FigureCard';
import { useOwnStats } from '../../app/useOwnStats';
import { Checks } from './Checks';
import { Facts } from './Facts';
import { Rejected } from './Rejected';
import { RunningQueries } from './RunningQueries';
import { SlowQueries } from './SlowQueries';
import classes from './Status.module.css';

/** How the server does, and what it is doing. */
export default function StatusPage() {
  const history = useOwnStats();
  return (
    <div className={classes.page}>
      <h1>Status</h1>
      <div className={classes.columns}>
        <Checks />
        <Facts />
      </div>
      <div className={classes.figures}>
        <FigureCard
          label="Samples per second"
          unit="short"
          history={history}
          value={(stats) => stats.samplesPerSecond}
        />
        <FigureCard
          label="Query time"
          unit="seconds"
          history={history}
          value={(stats) => stats.querySeconds}
        />
        <FigureCard
          label="Heap in use"
          unit="bytes"
          history={history}
          value={(stats) => stats.heapBytes}
        />
        <FigureCard
          label="CPU of the process"
          unit="ratio"
          history={history}
          value={(stats) => stats.cpu}
        />
      </div>
      <RunningQueries />
      <SlowQueries />
      <Rejected />
    </div>
  );
}
