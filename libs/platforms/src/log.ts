/** The lines a platform writes to the log: fields first, then a sentence. Never a secret, never what people wrote. */
export type PlatformLog = {
  info: (fields: object, text: string) => void;
  warn: (fields: object, text: string) => void;
  error: (fields: object, text: string) => void;
};
