# One image a service, from the lock file:
#   docker build -f deploy/docker/service.Dockerfile --build-arg SERVICE=gateway -t threadbox/gateway:0.1.0 .
# and for the Job that makes the streams: --build-arg SERVICE=provision --build-arg FOLDER=tools/provision
ARG NODE=24.21.0-bookworm-slim

FROM node:${NODE} AS source
ARG SERVICE
ARG FOLDER=services/${SERVICE}
WORKDIR /src
COPY . .

# The service as one file, and what it loads later beside it.
FROM source AS bundle
ARG SERVICE
ARG FOLDER=services/${SERVICE}
RUN --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --no-audit --no-fund --include-workspace-root --workspace="${FOLDER}" \
    && npm run build --workspace="${FOLDER}" \
    && rm -f "${FOLDER}"/dist/*.map

# Its npm packages, and nobody else's. What is only for development goes first, or it would bring its own dependencies.
FROM source AS dependencies
ARG SERVICE
ARG FOLDER=services/${SERVICE}
RUN --mount=type=cache,target=/root/.npm \
    npm pkg delete devDependencies --workspaces --include-workspace-root \
    && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --workspace="${FOLDER}" \
    && rm -rf node_modules/@threadbox

FROM node:${NODE}
ARG SERVICE
ARG FOLDER=services/${SERVICE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /src/node_modules ./node_modules
COPY --from=bundle /src/${FOLDER}/package.json ./package.json
COPY --from=bundle /src/${FOLDER}/dist ./dist
# Files are root's: what runs here cannot change them.
USER 1000:1000
# Heaps that grow a little at a time, and room for what lives briefly: as `npm start` runs the busiest.
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=30", "dist/main.js"]
