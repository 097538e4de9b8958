@echo off
rem Installs Veredas on this computer, without a network, and starts it. Once it is installed it only starts.
setlocal
set "stick=%~dp0"
set "place=%USERPROFILE%\veredas"
if not "%~1"=="" set "place=%~1"
if exist "%stick%installed" set "place=%stick%"
if exist "%place%\installed" goto start

py -@PYTHON@ -c "import sys" 2>nul
if errorlevel 1 (
  echo Veredas needs Python @PYTHON@ here. Install it from python.org, then run this again.
  echo O Veredas precisa do Python @PYTHON@. Instale-o de python.org e execute isto de novo.
  pause
  exit /b 1
)
xcopy /e /i /q /y "%stick%app" "%place%" || goto failed
copy /y "%stick%install.bat" "%place%" || goto failed
if exist "%stick%hub" xcopy /e /i /q /y "%stick%hub" "%place%\hub" || goto failed
if exist "%stick%photos" xcopy /e /i /q /y "%stick%photos" "%place%\photos" || goto failed
if exist "%stick%photos.tar" copy /y "%stick%photos.tar" "%place%" || goto failed
py -@PYTHON@ -m venv "%place%\.venv" || goto failed
"%place%\.venv\Scripts\python" -m pip --isolated install --no-index --find-links "%stick%wheels" --disable-pip-version-check -r "%place%\requirements.txt" || goto failed
echo yes> "%place%\installed"

:start
cd /d "%place%"
set HF_HUB_OFFLINE=1
if exist hub set "HF_HOME=%place%\hub"
if exist photos set "VEREDAS_PHOTOS=%place%\photos"
if exist photos.tar set "VEREDAS_PHOTOS=%place%\photos.tar"
.venv\Scripts\python app.py
pause
exit /b

:failed
echo The installation did not finish. Run this again; if it stops at the same place, pack the stick anew.
echo A instalacao nao terminou. Execute isto de novo; se parar no mesmo ponto, prepare o pendrive outra vez.
pause
exit /b 1
