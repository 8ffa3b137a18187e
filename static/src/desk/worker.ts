// The service worker: the desk opens without a network. To be built.

export {};
