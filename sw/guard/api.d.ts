// The few WebExtension calls that Guard makes, in the shape that both browsers give them (MV3: `chrome.*` returns
// promises in Firefox too). Written by hand, so that no package of types has to be trusted or kept in step.

interface ExtEvent<F> {
  addListener(f: F): void;
}
interface WebRequestEvent<F> {
  addListener(f: F, filter: { urls: string[]; types?: string[] }, extra?: string[]): void;
}
interface RequestDetails {
  readonly requestId: string;
  readonly url: string;
  readonly type: string;
  readonly tabId: number;
}
interface HttpHeader {
  readonly name: string;
  readonly value?: string;
}
interface ResponseDetails extends RequestDetails {
  readonly statusCode: number;
  readonly responseHeaders?: readonly HttpHeader[];
}
interface BlockingAnswer {
  readonly cancel?: boolean;
  readonly responseHeaders?: readonly HttpHeader[];
}
interface StreamFilter {
  ondata: ((event: { readonly data: ArrayBuffer }) => void) | null;
  onstop: (() => void) | null;
  onerror: (() => void) | null;
  write(data: ArrayBuffer | Uint8Array): void;
  close(): void;
}
interface DnrRule {
  readonly id: number;
  readonly priority: number;
  readonly action: {
    readonly type: 'allow' | 'block' | 'modifyHeaders';
    readonly responseHeaders?: readonly { header: string; operation: 'set' | 'remove'; value?: string }[];
  };
  readonly condition: {
    readonly urlFilter: string;
    readonly resourceTypes?: readonly string[];
    readonly excludedResourceTypes?: readonly string[];
    readonly isUrlFilterCaseSensitive?: boolean;
  };
}
interface ExtTab {
  readonly id?: number;
  readonly url?: string;
  /** Chromium: where it is going but has not arrived yet. */
  readonly pendingUrl?: string;
}
interface MessageSender {
  readonly id?: string;
  readonly url?: string;
  readonly origin?: string;
}
type Answer = (value: unknown) => void;

declare const chrome: {
  readonly action: {
    setBadgeText(o: { tabId: number; text: string }): Promise<void>;
    setTitle(o: { tabId: number; title: string }): Promise<void>;
  };
  readonly alarms: {
    create(name: string, o: { periodInMinutes?: number; delayInMinutes?: number }): Promise<void> | undefined;
    readonly onAlarm: ExtEvent<() => void>;
  };
  readonly browsingData: {
    remove(o: { origins?: string[]; hostnames?: string[] }, what: Record<string, boolean>): Promise<void>;
  };
  readonly declarativeNetRequest: {
    getDynamicRules(): Promise<DnrRule[]>;
    updateDynamicRules(o: { removeRuleIds: number[]; addRules: readonly DnrRule[] }): Promise<void>;
  };
  readonly i18n: { getUILanguage(): string };
  readonly permissions: {
    contains(o: { origins: string[] }): Promise<boolean>;
    request(o: { origins: string[] }): Promise<boolean>;
    readonly onAdded: ExtEvent<(p: { origins?: string[] }) => void>;
  };
  readonly runtime: {
    readonly id: string;
    getURL(path: string): string;
    sendMessage(message: unknown): Promise<unknown>;
    readonly onInstalled: ExtEvent<() => void>;
    readonly onStartup: ExtEvent<() => void>;
    readonly onMessage: ExtEvent<(message: unknown, sender: MessageSender, answer: Answer) => boolean>;
  };
  readonly scripting: {
    getRegisteredContentScripts(): Promise<{ id: string }[]>;
    registerContentScripts(list: { id: string; js: string[]; matches: string[]; runAt: string }[]): Promise<void>;
  };
  readonly storage: {
    readonly local: {
      get(key: string): Promise<Record<string, unknown>>;
      set(values: Record<string, unknown>): Promise<void>;
      setAccessLevel?(o: { accessLevel: 'TRUSTED_CONTEXTS' }): Promise<void>;
    };
    readonly onChanged: ExtEvent<() => void>;
  };
  readonly tabs: {
    query(o: { url?: string; active?: boolean; currentWindow?: boolean }): Promise<ExtTab[]>;
    reload(id: number): Promise<void>;
    update(id: number, o: { url: string }): Promise<unknown>;
  };
  readonly webRequest: {
    readonly onBeforeRequest: WebRequestEvent<(d: RequestDetails) => Promise<BlockingAnswer> | undefined>;
    readonly onHeadersReceived: WebRequestEvent<(d: ResponseDetails) => Promise<BlockingAnswer>>;
    readonly onCompleted: WebRequestEvent<(d: ResponseDetails) => undefined>;
    handlerBehaviorChanged(): Promise<void>;
    /** Firefox only. */
    filterResponseData(requestId: string): StreamFilter;
  };
};
