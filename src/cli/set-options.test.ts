import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config.ts';
import { setOptions } from './set-options.ts';

const CONFIG = parseConfig({ gate: { use: 'relevant', options: { minimum: 0.5 } } }, 'the test');

describe('options on the command line', () => {
  it('are laid over those of the configuration, each read as JSON, or as a text', () => {
    const { gate, strategy } = setOptions(CONFIG, ['gate.limit=4', 'strategy.budgets=[16, 32]', 'strategy.arm=plan', 'strategy.note=a=b']);
    expect(gate).toEqual({ use: 'relevant', options: { minimum: 0.5, limit: 4 } });
    expect(strategy.options).toEqual({ budgets: [16, 32], arm: 'plan', note: 'a=b' });
    expect(CONFIG.gate.options).toEqual({ minimum: 0.5 });
  });

  it.each(['gate', 'gate.limit', 'gate.limit=', '.limit=3', 'door.limit=3', '__proto__.x=1'])('refuse %j, naming the form', (setting) => {
    expect(() => setOptions(CONFIG, [setting])).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('<part>.<option>=<value>') }),
    );
  });

  it('refuse what is no value', () => {
    expect(() => setOptions(CONFIG, ['gate.limit=[1'])).toThrow(
      expect.objectContaining({ message: expect.stringContaining('but got "[1"') }),
    );
  });
});
