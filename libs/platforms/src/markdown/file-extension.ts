/** The words after a fence that are not already the ending of a file. */
const endings: Readonly<Record<string, string>> = {
  bash: 'sh',
  console: 'sh',
  csharp: 'cs',
  'c++': 'cpp',
  dockerfile: 'dockerfile',
  golang: 'go',
  javascript: 'js',
  kotlin: 'kt',
  markdown: 'md',
  plaintext: 'txt',
  powershell: 'ps1',
  python: 'py',
  ruby: 'rb',
  rust: 'rs',
  shell: 'sh',
  shellscript: 'sh',
  text: 'txt',
  typescript: 'ts',
  yaml: 'yml',
  zsh: 'sh',
};

/** The ending of a file with code in the language that a fence names; `txt` where it names none we would trust. */
export const fileExtension = (language: string | null | undefined): string => {
  const word = language?.toLowerCase() ?? '';
  if (Object.hasOwn(endings, word)) return endings[word]!;
  return /^[a-z][a-z0-9]{0,7}$/.test(word) ? word : 'txt';
};
