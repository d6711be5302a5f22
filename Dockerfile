# The program alone, on a slim Node, as a user without rights. Start it with `docker run -i --rm -e CODER_URL -e CODER_SESSION_TOKEN IMAGE`.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts && npm rebuild esbuild
COPY . .
RUN npm run build

FROM node:24-slim
LABEL io.modelcontextprotocol.server.name="io.github.coder-tasks-mcp/coder-tasks-mcp"
LABEL org.opencontainers.image.source="https://github.com/coder-tasks-mcp/coder-tasks-mcp"
LABEL org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=build /build/package.json /build/LICENSE /build/THIRD_PARTY_NOTICES /build/sbom.cdx.json ./
COPY --from=build /build/dist ./dist
USER node
HEALTHCHECK --interval=1m --timeout=5s CMD ["node", "/app/dist/main.js", "--version"]
ENTRYPOINT ["node", "/app/dist/main.js"]
