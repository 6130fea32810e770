// Lets the page say that Guard is on. For display only: any page can write this attribute itself.
async function mark(): Promise<void> {
  const seq = await chrome.runtime.sendMessage({ t: 'seq' });
  if (typeof seq === 'number' && seq > 0) document.documentElement.dataset['sottoGuard'] = String(seq);
}
void mark();

export {};
