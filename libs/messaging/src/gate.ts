import type { JsMsg } from '@nats-io/jetstream';

/** How often a closed gate looks whether the old reader's messages are settled, in milliseconds; at each new message it looks at once. */
const LOOK_AGAIN = 200;

/** What a gate does with messages. */
export type Gate = {
  pass: (message: JsMsg) => void;
  /** Another reader may have been served before this message: looks, and holds back until it is sure. */
  shut: () => void;
  held: () => readonly JsMsg[];
  /** Opens for good, and gives back what is held. */
  close: () => readonly JsMsg[];
};

/**
 * Holds messages back until all that is out is in our hands, and then lets them through in the order of the stream. What a reader
 * before us had in hand comes again piece by piece, some of it late: what came first must not overtake the rest.
 */
export const createGate = (options: {
  closed: boolean;
  accept: (message: JsMsg) => void;
  /** Whether no other reader has anything in hand. May tell no where it is not sure. */
  isOver: () => Promise<boolean>;
}): Gate => {
  let closed = false;
  const held = new Map<number, JsMsg>();
  let timer: NodeJS.Timeout | undefined;
  let looking: 'no' | 'yes' | 'again' = 'no';

  const open = (): readonly JsMsg[] => {
    closed = false;
    clearInterval(timer);
    const all = [...held.values()].toSorted((one, other) => one.seq - other.seq);
    held.clear();
    return all;
  };
  const look = (): void => {
    if (looking !== 'no') return void (looking = 'again');
    looking = 'yes';
    void options
      .isOver()
      .catch(() => false)
      .then((over) => {
        const again = looking === 'again';
        looking = 'no';
        if (!closed) return;
        if (over) for (const message of open()) options.accept(message);
        else if (again) look();
      });
  };
  const shut = (): void => {
    if (closed) return;
    closed = true;
    timer = setInterval(look, LOOK_AGAIN);
  };
  if (options.closed) shut();
  return {
    pass: (message) => {
      if (!closed) return options.accept(message);
      held.set(message.seq, message);
      look();
    },
    shut,
    held: () => [...held.values()],
    close: open,
  };
};
