/** Whether an address is Slack's own (or that of the Web API we were given): only there a token or a file of ours goes. */
export const isSlackAddress = (address: string, apiRoot: string): boolean => {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (url.origin === URL.parse(apiRoot)?.origin) return true;
  const isOurs = /(?:^|\.)(?:slack\.com|slack-edge\.com|slack-files\.com|slack-gov\.com)$/.test(url.hostname);
  return url.protocol === 'https:' && url.port === '' && isOurs;
};
