/** An aggregate as three pure values: where it starts, what a command makes happen, what an event changes. */
export type Decider<State, Command, Event> = {
  readonly initial: State;
  /** What happens because of the command: no events where nothing changes. Throws `Rejected` where it may not be. */
  readonly decide: (command: Command, state: State) => readonly Event[];
  readonly evolve: (state: State, event: Event) => State;
};

/** The state after these events, from the start or from a state that was kept. */
export const fold = <State, Event>(
  { initial, evolve }: Pick<Decider<State, never, Event>, 'initial' | 'evolve'>,
  events: Iterable<Event>,
  from: State = initial,
): State => {
  let state = from;
  for (const event of events) state = evolve(state, event);
  return state;
};
