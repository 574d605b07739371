import { fold, type Decider } from './decider.ts';

/** For tests that read given / when / then: `expect(given(session, opened, first)(takeTurn)).toEqual([…])`. */
export const given =
  <State, Command, Event>(decider: Decider<State, Command, Event>, ...events: Array<NoInfer<Event>>) =>
  (...commands: Array<NoInfer<Command>>): readonly Event[] => {
    let state = fold(decider, events);
    let last: readonly Event[] = [];
    for (const command of commands) {
      last = decider.decide(command, state);
      state = fold(decider, last, state);
    }
    return last;
  };
