# What a sandbox is: the runner, the agents, and the tools that work is done with.
#   docker build -f deploy/docker/runner.Dockerfile -t threadbox/runner:0.1.0 .
# Much less: --build-arg AGENTS="" leaves Claude Code alone; the other agents weigh 1.2 GB.
ARG NODE=24.21.0-bookworm-slim

FROM node:${NODE} AS source
WORKDIR /src
COPY . .

FROM source AS bundle
RUN --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --no-audit --no-fund --include-workspace-root --workspace=services/runner \
    && npm run build --workspace=services/runner \
    && rm -f services/runner/dist/*.map

# Claude Code is one of the runner's own dependencies, and so pinned by the lock file.
FROM source AS dependencies
RUN --mount=type=cache,target=/root/.npm \
    npm pkg delete devDependencies --workspaces --include-workspace-root \
    && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --workspace=services/runner \
    && rm -rf node_modules/@threadbox

# The other agents, as services/runner/src/domain/agents.ts names them; none needs its install scripts.
FROM node:${NODE} AS agents
ARG AGENTS="@aaif/goose-acp@1.50.0 @google/gemini-cli@0.61.0 @agentclientprotocol/codex-acp@2.6.0 opencode-ai@1.18.33"
RUN --mount=type=cache,target=/root/.npm \
    mkdir -p /opt/agents && if [ -n "${AGENTS}" ]; then npm install --global --prefix=/opt/agents --ignore-scripts --no-audit --no-fund ${AGENTS}; fi

FROM node:${NODE}
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
       tini ca-certificates git curl jq ripgrep less procps unzip xz-utils openssh-client \
       build-essential pkg-config python3 python3-venv python3-pip \
    && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production PATH=/opt/agents/bin:/usr/local/bin:/usr/bin:/bin
WORKDIR /app
COPY --from=agents /opt/agents /opt/agents
COPY --from=dependencies /src/node_modules ./node_modules
COPY --from=bundle /src/services/runner/package.json ./package.json
COPY --from=bundle /src/services/runner/dist ./dist
USER 1000:1000
# Agents leave processes behind: tini takes them in.
ENTRYPOINT ["tini", "--", "node", "/app/dist/main.js"]
