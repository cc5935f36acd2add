import { describe, expect, it } from 'vitest';
import { parseJobPayload } from './work.ts';

const PAYLOAD = {
  version: 1,
  runId: 'run-1',
  works: [{ stepKey: 'key', work: { kind: 'plan', plugin: { id: 'single', version: '1', options: {} }, question: 'Why?', seed: 7 } }],
};

describe('the trace in a payload', () => {
  it('is absent in payloads of earlier versions, which are read as before', () => {
    expect(parseJobPayload(PAYLOAD)).toEqual(PAYLOAD);
  });

  it('is carried', () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(parseJobPayload({ ...PAYLOAD, trace })).toEqual({ ...PAYLOAD, trace });
  });

  it.each([7, null, {}, 'x'.repeat(200)])('stops no work where it is %j', (trace) => {
    expect(parseJobPayload({ ...PAYLOAD, trace })).toMatchObject({ runId: 'run-1', works: PAYLOAD.works });
  });
});
