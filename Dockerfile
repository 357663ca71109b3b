# litdex with what a reader needs: no torch, no compiler, no root. The library is the volume /library.
FROM python:3.11-slim-bookworm AS build
WORKDIR /source
RUN python -m venv /opt/litdex
ENV PATH=/opt/litdex/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY pyproject.toml README.md CHANGELOG.md ./
COPY models ./models
COPY litdex ./litdex
RUN pip install .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --home-dir /home/litdex --shell /usr/sbin/nologin litdex \
    && install --directory --owner litdex --group litdex /library
COPY --from=build /opt/litdex /opt/litdex
ENV PATH=/opt/litdex/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LITDEX_LIBRARY=/library
USER litdex
WORKDIR /library
VOLUME /library
EXPOSE 8080
ENTRYPOINT ["litdex"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
