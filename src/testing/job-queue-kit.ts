import type { JobQueue, JobState } from '../ports/job-queue.ts';

/** What the cases are written with. Every case uses a queue name of its own. */
export interface JobQueueKit {
  test(title: string, body: () => Promise<void>): void;
  /** Closed after the test. */
  open(): Promise<JobQueue>;
  freshName(): string;
  stateOf(queue: JobQueue, name: string, jobId: string): Promise<JobState | undefined>;
  /** Waits until the job has completed or failed. */
  settled(queue: JobQueue, name: string, jobId: string): Promise<JobState>;
}
