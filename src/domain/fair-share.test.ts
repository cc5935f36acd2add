import { describe, expect, it } from 'vitest';
import { flowOf, LAST_PLACE, placesOf } from './fair-share.ts';

describe('places in a shared line', () => {
  it('begin at the head for who has nothing waiting, whatever others have', () => {
    expect(placesOf({}, { count: 2 })).toEqual([4, 8]);
    expect(placesOf({ head: 101 }, { count: 2 })).toEqual([104, 108]);
  });

  it('come behind those of the same flow', () => {
    expect(placesOf({ head: 101, last: 400 }, { count: 1 })).toEqual([404]);
  });

  it('are closer together for what is high', () => {
    expect(placesOf({}, { count: 3, priority: 'high' })).toEqual([1, 2, 3]);
    expect(placesOf({}, { count: 3, priority: 'low' })).toEqual([16, 32, 48]);
  });

  it('stay within what the queue can number', () => {
    expect(placesOf({ head: LAST_PLACE, last: LAST_PLACE }, { count: 2, priority: 'low' })).toEqual([LAST_PLACE, LAST_PLACE]);
  });

  it('belong to a tenant and a priority', () => {
    expect(flowOf({})).toBe(flowOf({ tenant: '', priority: 'normal' }));
    expect(flowOf({ tenant: 'a', priority: 'low' })).not.toBe(flowOf({ tenant: 'a' }));
  });
});
