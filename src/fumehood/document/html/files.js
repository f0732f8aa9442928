  // Our own files as addresses that this document may load: each names those before it. What is not here is at no address.
  const TYPES = { js: "text/javascript", mjs: "text/javascript", css: "text/css", woff2: "font/woff2", png: "image/png", svg: "image/svg+xml", wasm: "application/wasm" };
  const address = (body, type) => URL.createObjectURL(new Blob([body], { type: TYPES[type] ?? "" }));
  const addresses = (files, { absent, styles }, core) => {
    const made = new Map(absent.map((name) => [name, "data:,"]));
    // The core's loader asks for these style sheets before it asks for a plugin; they are here already.
    const nothing = address("", "js");
    for (const [name, bytes] of files) {
      const type = name.split(".").pop();
      let body = bytes;
      if (/^(m?js|css)$/.test(type)) {
        body = new TextDecoder().decode(bytes);
        for (const [other, known] of made) {
          const url = name === core && styles.includes(other) ? nothing : known;
          body = body.replaceAll(`./${other}`, url).replaceAll(other, url);
        }
      }
      // Panel puts a version behind an address of a style sheet.
      made.set(name, address(body, type) + (type === "css" ? "#" : ""));
    }
    for (const name of styles) {
      const sheet = document.createElement("link");
      sheet.rel = "stylesheet";
      sheet.href = made.get(name);
      document.head.append(sheet);
    }
    return made;
  };
