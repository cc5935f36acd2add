/**
 * Why an advance is told to stop, as the reason of its signal. `cancel` ends the run for good; `leave` drops it as it is, since
 * another process goes on with it. Anything else interrupts: what runs is stopped, and the run waits to be resumed.
 */
export const STOP = { cancel: 'isthmus-cancel', leave: 'isthmus-leave' } as const;
