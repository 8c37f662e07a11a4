# A headless Chromium, driven by the WebDriver protocol that chromedriver speaks: what tests/html.py needs of it.
import base64
import json
import re
import subprocess
import time
import urllib.error
import urllib.request

ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
             '--disable-background-networking', '--disable-component-update', '--disable-sync',
             '--disable-dev-shm-usage', '--window-size=1400,900']
KEYS = {'Enter': '\ue007', 'Escape': '\ue00c', 'Tab': '\ue004', 'ArrowLeft': '\ue012', 'ArrowUp': '\ue013',
        'ArrowRight': '\ue014', 'ArrowDown': '\ue015', 'Home': '\ue011', 'End': '\ue010'}


class Browser:
    def __init__(self, profile):
        self.process = subprocess.Popen(['chromedriver', '--port=0'], stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.session = None
        for line in self.process.stdout:
            started = re.search(r'started successfully on port (\d+)', line)
            if started:
                self.base = f'http://127.0.0.1:{started[1]}'
                break
        else:
            raise SystemExit('chromedriver did not start')
        capabilities = {'browserName': 'chrome', 'goog:loggingPrefs': {'browser': 'ALL'},
                        'goog:chromeOptions': {'args': ARGUMENTS + [f'--user-data-dir={profile}']}}
        try:
            made = self.call('POST', '/session', {'capabilities': {'alwaysMatch': capabilities}})
        except BaseException:
            self.process.kill()
            raise
        self.session = made['sessionId']

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            if self.session:
                self.call('DELETE', f'/session/{self.session}')
        finally:
            self.process.terminate()
            self.process.wait()

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.base + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={'Content-Type': 'application/json'})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)['value']
        except urllib.error.HTTPError as error:
            raise SystemExit(f"chromedriver: {json.load(error)['value']['message']}") from None

    def do(self, command, body=None):
        return self.call('POST', f'/session/{self.session}/{command}', {} if body is None else body)

    def open(self, url):
        self.do('url', {'url': url})

    def script(self, text, *arguments):
        return self.do('execute/sync', {'script': text, 'args': list(arguments)})

    def wait(self, condition, what, seconds=10):
        """Until a JavaScript expression holds; its value."""
        end = time.monotonic() + seconds
        while True:
            value = self.script(f'return {condition}')
            if value:
                return value
            if time.monotonic() > end:
                raise SystemExit(f'{what}: waited {seconds} s for {condition}')

    def click(self, selector):
        element = self.do('element', {'using': 'css selector', 'value': selector})
        self.do(f'element/{next(iter(element.values()))}/click')

    def keys(self, *names):
        """Keys by name; anything else is typed."""
        actions = []
        for name in names:
            for key in [KEYS[name]] if name in KEYS else name:
                actions += [{'type': 'keyDown', 'value': key}, {'type': 'keyUp', 'value': key}]
        self.do('actions', {'actions': [{'type': 'key', 'id': 'keyboard', 'actions': actions}]})

    def media(self, scheme, width=1400, height=900, medium=''):
        self.cdp('Emulation.setEmulatedMedia', media=medium,
                 features=[{'name': 'prefers-color-scheme', 'value': scheme}])
        self.cdp('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1,
                 mobile=width < 600)

    def cdp(self, command, **parameters):
        return self.do('goog/cdp/execute', {'cmd': command, 'params': parameters})

    def log(self):
        """What the page said on its console, errors and refused loads too."""
        return [entry['message'] for entry in self.do('se/log', {'type': 'browser'})]

    def screenshot(self, path):
        with open(path, 'wb') as out:
            out.write(base64.b64decode(self.call('GET', f'/session/{self.session}/screenshot')))
